create materialized view m1 as
select id, a from v;

create index m1_a on m1 (a);
