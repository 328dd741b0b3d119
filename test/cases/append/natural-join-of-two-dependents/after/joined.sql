create view joined as select id from left_side natural join right_side;
