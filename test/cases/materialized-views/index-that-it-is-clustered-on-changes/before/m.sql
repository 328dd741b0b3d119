create materialized view m as select id, a, b from t;
create index mu on m(id);
alter materialized view m cluster on mu;
