create materialized view m as select id, a, b from t;
create statistics s on a, b from m;
create statistics s2 on id, a from m;
comment on statistics s is 'both';
