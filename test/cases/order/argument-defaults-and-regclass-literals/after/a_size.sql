create function a_size(r regclass default 'z_view'::regclass) returns text language sql as $$ select r::text $$;
