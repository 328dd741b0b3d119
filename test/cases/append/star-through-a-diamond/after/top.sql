create view top as select l.*, r.a as other from left_side l join right_side r on r.id = l.id;
