create view v as select 1 as a;
create function f(x nowhere) returns int language sql as $$ select 1 $$;
