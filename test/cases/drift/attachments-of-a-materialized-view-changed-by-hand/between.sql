comment on index m_a is 'other'; alter index m_a alter column 1 set statistics 20; drop statistics m_s; create statistics m_s (ndistinct) on id, a from m;
