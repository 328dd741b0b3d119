create view b as select id, a::numeric as a from t;
create function fb(b) returns int language sql as $$ select $1.a::int $$;
