create view same as select id, id + 1 as next from x;
