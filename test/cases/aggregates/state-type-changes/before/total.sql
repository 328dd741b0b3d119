create aggregate total(int) (sfunc = int4pl, stype = int, initcond = '0');
grant execute on function total(int) to bob;
comment on aggregate total(int) is 'total';
