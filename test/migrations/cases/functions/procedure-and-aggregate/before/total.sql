create aggregate total(int) (sfunc = add, stype = int, initcond = '0');
