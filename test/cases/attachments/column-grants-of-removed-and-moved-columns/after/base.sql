create view base as select id, a from t;
grant select (id, a) on base to bob;
grant update (a) on base to carol;
comment on column base.a is 'stays';
alter view base alter column a set default 1;
