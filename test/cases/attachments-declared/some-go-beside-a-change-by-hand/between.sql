grant update on v to carol;
drop index m_a;
alter materialized view m owner to alice;
