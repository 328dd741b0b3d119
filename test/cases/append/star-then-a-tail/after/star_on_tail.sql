create view star_on_tail as select * from tail;
