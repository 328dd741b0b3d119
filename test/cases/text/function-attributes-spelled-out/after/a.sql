create aggregate total(integer) (stype = integer, sfunc = pg_catalog.int4pl, parallel = unsafe);
