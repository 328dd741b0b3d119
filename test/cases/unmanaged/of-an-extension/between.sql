create view member as select id, a from base;
alter extension pg_trgm add view member;
