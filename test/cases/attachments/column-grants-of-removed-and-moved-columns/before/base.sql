create view base as select id, gone, a from t;
grant select (id, gone, a) on base to bob;
grant update (a) on base to carol;
comment on column base.gone is 'goes';
comment on column base.a is 'stays';
alter view base alter column gone set default 'x';
alter view base alter column a set default 1;
