create view c_using as select * from z_base join q using (id);
