create view left_side as select id, a from base;
create view right_side as select id, a::text as a from base;
create view top as select l.id, r.a from left_side l join right_side r using (id);
create view roof as select a from top;
