alter extension pg_trgm add view v;
