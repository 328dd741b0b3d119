drop index m_id;
