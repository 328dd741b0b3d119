create materialized view m as select id, a from t; create index mu on m (id); alter materialized view m cluster on mu; comment on index mu is 'x';
