create view b as select id, a from t;
create function fb(b) returns int language sql as $$ select $1.a $$;
