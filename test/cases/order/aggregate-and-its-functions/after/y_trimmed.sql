create function y_trimmed(s text) returns text language sql immutable as $$ select btrim(s) $$;
