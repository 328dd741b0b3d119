create view reader as select id, amount as a from base where amount > 0;
