create view v with (security_barrier) as select id, a, b from t;
grant select, insert on v to bob with grant option;
grant update (a) on v to carol;
comment on view v is 'view';
comment on column v.a is 'column';
alter view v alter column a set default 5;
