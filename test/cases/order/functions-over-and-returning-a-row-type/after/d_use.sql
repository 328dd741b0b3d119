create view d_use as select z_base.c_key from z_base;
