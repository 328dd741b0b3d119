create function f() returns bigint language sql as 'select count(*) from a';
