create function int8_avg_accum_dummy(bigint, int) returns bigint language sql immutable as 'select $1 + $2';
