create function total(int) returns int language sql immutable as 'select $1';
