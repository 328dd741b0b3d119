create view v as select id, a from t;
create function f() returns bigint language plpgsql as 'begin return (select sum(a) from public.v); end';
