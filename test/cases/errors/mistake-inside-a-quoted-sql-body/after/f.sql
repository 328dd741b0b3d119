create function f() returns int language sql as $$
  select 'ü🐘', id,
    nowhere from t
$$;
