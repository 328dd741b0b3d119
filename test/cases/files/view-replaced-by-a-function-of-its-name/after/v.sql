create function v() returns table (id int) language sql stable as $$ select id from t $$;
