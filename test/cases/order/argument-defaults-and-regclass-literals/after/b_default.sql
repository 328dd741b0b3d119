create function b_default(n int default z_start()) returns int language sql as $$ select n $$;
