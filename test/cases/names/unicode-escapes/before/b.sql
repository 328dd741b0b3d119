create view top as select id from dato;
