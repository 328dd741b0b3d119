create view found as select o.id from outside o where exists (select from base where a = b);
