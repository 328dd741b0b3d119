select tgname::text, tgdeferrable, tginitdeferred, tgenabled::text from pg_trigger where not tgisinternal order by 1;
