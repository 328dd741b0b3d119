create view a_rows as select z_base as r from z_base;
