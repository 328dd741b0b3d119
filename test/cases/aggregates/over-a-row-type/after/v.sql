create view v as select 1::bigint as x;
