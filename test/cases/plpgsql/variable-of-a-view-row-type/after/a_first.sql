create function a_first() returns int language plpgsql as $$ declare r z_view; rs z_view[]; begin return r.id; end $$;
