create view reader as select id, a::int as a from base where a > 0;
