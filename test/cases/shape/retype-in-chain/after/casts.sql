create view casts as select id, a::text as a from base;
