create function f() returns setof int language plpgsql as $$ begin return query select a from t; end $$;
