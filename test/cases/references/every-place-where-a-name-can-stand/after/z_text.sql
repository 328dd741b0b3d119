create function z_text(n int) returns text language sql immutable as $$ select ', ' $$;
