create view z_middle as select id, a from base;
create view a_top as select base.id, z_middle.a from base join z_middle using (id);
create view b_roof as select count(a_top.a) as n from a_top join base using (id) join z_middle using (id);
