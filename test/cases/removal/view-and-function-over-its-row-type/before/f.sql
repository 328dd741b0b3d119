create function f(r v) returns int language sql as $$ select r.id $$;
