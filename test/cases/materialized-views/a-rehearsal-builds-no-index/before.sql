create table t (id int, a int);
insert into t values (1, 1), (2, 1);
create sequence built;
create function counted(x int) returns int language plpgsql immutable as 'begin perform nextval(''public.built''); return x; end';
