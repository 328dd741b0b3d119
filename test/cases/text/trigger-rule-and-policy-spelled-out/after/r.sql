create or replace rule r as on delete to public.t do also (select 1);
