create function plus(a int, b text) returns text language sql immutable as 'select a || b';
create function matches(a int, b text) returns boolean language sql immutable as 'select a::text = b';
