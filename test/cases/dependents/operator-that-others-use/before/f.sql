create function plus(x int, y text) returns text language sql immutable as 'select x || y';
create function matches(x int, y text) returns boolean language sql immutable as 'select x::text = y';
