comment on column base.a is 'the amount';
alter view base alter column a set default 7;
grant select (a), update (a) on base to bob with grant option;
set role bob; grant select (a) on base to carol; reset role;
