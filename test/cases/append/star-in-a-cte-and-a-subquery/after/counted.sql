create view counted as select count(*) from base;
