create view b_natural as select * from z_base natural join q;
