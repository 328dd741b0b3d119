create function a_first() returns int language plpgsql as $$
declare
  r z_view%rowtype;
  i public.z_view.id%type;
begin
  select * into r from z_view;
  i := r.id;
  return i;
end $$;
