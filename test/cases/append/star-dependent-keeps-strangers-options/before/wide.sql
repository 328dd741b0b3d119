create view wide as select * from base where id > 0;
