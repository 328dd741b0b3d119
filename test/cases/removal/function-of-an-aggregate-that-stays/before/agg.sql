create aggregate total(int) (sfunc = f, stype = int);
