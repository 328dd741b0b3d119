create view right_side as select id, a from base where a <= 0;
