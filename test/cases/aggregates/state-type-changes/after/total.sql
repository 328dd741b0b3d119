create aggregate total(int) (sfunc = int8_avg_accum_dummy, stype = bigint, initcond = '0');
grant execute on function total(int) to bob;
comment on aggregate total(int) is 'total';
