grant select on public.v to bob;
