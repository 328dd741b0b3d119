create function sf(int, v) returns int language sql as $$ select $1 + 1 $$;
create aggregate agg(v) (sfunc = sf, stype = int, initcond = '0');
