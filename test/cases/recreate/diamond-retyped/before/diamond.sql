create view left_side as select id, a from base;
create view right_side as select id, a * 2 as a from base;
create view top as select l.id, l.a + r.a as a from left_side l join right_side r using (id);
create view roof as select a from top;
