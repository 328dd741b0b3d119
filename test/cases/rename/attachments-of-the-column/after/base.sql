create view base as select id, a as amount from t;
comment on column base.amount is 'the amount';
alter view base alter column amount set default 7;
grant select (amount), update (amount) on base to bob with grant option;
