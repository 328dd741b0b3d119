create or replace view v as
  select id, a from t where a = any (array[1, 2]);
grant select on v to bob;
create rule r as on delete to v do instead nothing;
