create function add_up(so_far bigint, x int) returns bigint language sql immutable as 'select so_far + x';
