do $$ begin end $$;
