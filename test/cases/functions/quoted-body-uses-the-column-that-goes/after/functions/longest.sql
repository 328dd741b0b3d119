create function longest() returns int language sql stable as $$
  select max(length(gone)) from base
$$;
