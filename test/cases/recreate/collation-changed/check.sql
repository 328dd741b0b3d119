select attrelid::regclass::text, attcollation::regcollation::text from pg_attribute where attname = 'a' and attrelid::regclass::text in ('base', 'passes', 'renames') order by 1
