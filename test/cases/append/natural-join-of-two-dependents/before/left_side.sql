create view left_side as select * from base;
