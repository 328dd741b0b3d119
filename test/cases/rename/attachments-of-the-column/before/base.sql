create view base as select id, a from t;
comment on column base.a is 'the amount';
alter view base alter column a set default 7;
grant select (a), update (a) on base to bob with grant option;
