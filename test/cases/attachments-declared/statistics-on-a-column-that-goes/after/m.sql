create materialized view m as select id, b from t;
create statistics s on id, b from m;
