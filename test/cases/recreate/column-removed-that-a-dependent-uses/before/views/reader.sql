create view reader as select id, a from base
where gone is not null;
