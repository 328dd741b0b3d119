create view b_rows_from as select * from rows from (z_set(1), z_set(2)) as r(x, y);
