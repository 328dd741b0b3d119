comment on view v is 'v';
create view w as select id from v;
grant select on v to bob;
create view v as select id, a from t;
