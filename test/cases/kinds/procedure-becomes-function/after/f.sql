create function f(x int) returns int language sql as 'select x';
create view reader as select f(1) as f;
