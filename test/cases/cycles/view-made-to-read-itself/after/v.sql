create or replace view v as
  select id, a from t
  union all
  select id, a from v;
