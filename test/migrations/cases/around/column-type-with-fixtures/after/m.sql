create materialized view m as
select a, count(*) from t group by a;

create unique index m_a on m (a);
