create view v as select id, a from t;
comment on column v.a is 'a';
grant select (a) on v to bob;
