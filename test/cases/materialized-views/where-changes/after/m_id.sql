create unique index m_id on m (id);
