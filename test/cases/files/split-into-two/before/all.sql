create view v as select id from t;
create view w as select id from v;
comment on view w is 'w';
