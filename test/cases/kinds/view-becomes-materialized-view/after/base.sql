create materialized view base as select id, a from t;
grant select on base to bob;
comment on materialized view base is 'base';
comment on column base.a is 'a';
create unique index base_id on base (id);
