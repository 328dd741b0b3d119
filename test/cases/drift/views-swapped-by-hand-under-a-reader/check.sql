select pg_get_viewdef('reader') as d;
