create aggregate total(int) (sfunc = add_up, stype = bigint, initcond = '0');
grant execute on function total(int) to bob;
comment on aggregate total(int) is 'total';
