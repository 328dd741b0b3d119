create function z_longer(s text, v text) returns text language sql immutable as $$ select case when length(v) > length(s) then v else s end $$;
