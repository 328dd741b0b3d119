create or replace rule r as on delete to t where old.a > 0 do instead nothing;
