create view v as
select id, a from t;

create view w as
select id from v;
