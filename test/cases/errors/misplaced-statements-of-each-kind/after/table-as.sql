create table x as select 1 as a;
