create function collects(int[], int) returns int[] language sql as $$ select $1 || $2 $$;
create function nth(int[], float8) returns int language sql as $$ select $1[1 + $2::int] $$;
create function counts(int) returns int language sql as $$ select $1 + 1 $$;
create function joins(text, variadic text[]) returns text language sql as $$ select $1 || array_to_string($2, '-') $$;
create aggregate pick(float8 order by int) (sfunc = collects, stype = int[], finalfunc = nth, initcond = '{}');
create aggregate "My Rank"(variadic "any" order by variadic "any") (sfunc = ordered_set_transition_multi, stype = internal, finalfunc = rank_final, finalfunc_extra, hypothetical);
create aggregate rows(*) (sfunc = counts, stype = int, initcond = '0');
create aggregate joined(variadic text[]) (sfunc = joins, stype = text, initcond = '');
create view v as select pick(0.5) within group (order by a) as p, "My Rank"(15) within group (order by a) as r, rows(*) as n, joined(a::text, 'x') as j from t;
