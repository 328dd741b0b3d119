select indexname, indexdef from pg_indexes where tablename = 'm' order by 1;
