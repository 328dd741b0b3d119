create function add_up(state bigint, x int) returns bigint language sql immutable as 'select state + 2 * x';
create aggregate total(int) (sfunc = add_up, stype = bigint, initcond = '1');
