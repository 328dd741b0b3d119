create function f(x bigint) returns text language sql immutable return 'bigint';

create function f(x varchar) returns text language sql immutable return 'varchar';

create function f(x int, y int default 0) returns text language sql immutable return 'two';
