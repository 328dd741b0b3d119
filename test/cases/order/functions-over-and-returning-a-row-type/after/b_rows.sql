create function b_rows() returns setof z_base language sql as 'select * from z_base';
