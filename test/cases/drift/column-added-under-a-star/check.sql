select attname from pg_attribute where attrelid = 'v'::regclass and attnum > 0 order by attnum;
