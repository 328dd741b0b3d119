-- the same
create materialized view m (id, a) as (select t.id, t.a from public.t where a = any (array[1, 2])) with data;
create unique index m_id on m (id);
