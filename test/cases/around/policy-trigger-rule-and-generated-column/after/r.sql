create rule r as on delete to t where old.a = 7 do instead nothing;
