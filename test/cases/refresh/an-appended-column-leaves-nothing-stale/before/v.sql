create view v as select id, a from t where a > 0;
create view grouped as select a from t group by a, b;
create materialized view m as select id, a from v;
create materialized view g as select a from grouped;
