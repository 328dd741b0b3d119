create view base as select id, a from t;
grant select on base to bob;
comment on view base is 'base';
comment on column base.a is 'a';
