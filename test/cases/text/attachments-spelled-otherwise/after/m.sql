create materialized view m as select id, a from t;
create index m_id on public.m using btree (id asc nulls last);
