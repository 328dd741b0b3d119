select pg_get_userbyid(relowner) as owner from pg_class where relname = 'v';
