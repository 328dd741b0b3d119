select tgenabled from pg_trigger where tgname = 'tr';
