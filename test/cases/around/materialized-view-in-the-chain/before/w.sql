create view w as select id, a::text as a from m;
