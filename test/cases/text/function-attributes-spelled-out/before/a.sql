create aggregate total(int) (sfunc = int4pl, stype = int);
