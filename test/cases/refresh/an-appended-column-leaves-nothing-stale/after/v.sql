create view v as select id, a, thrice(a) + 1 as more, lower(b) || ',' as "from" from t where a > 0;
create view grouped as select a, b from t group by a, b;
create materialized view m as select id, a from v;
create materialized view g as select a from grouped;
