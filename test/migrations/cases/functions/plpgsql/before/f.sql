create function f(x int) returns int language plpgsql as $$
declare
  r v;
begin
  select * into r from v where id = x;
  return r.a; -- {{ not a tag }}
end
$$;
