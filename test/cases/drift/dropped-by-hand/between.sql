drop view v cascade; drop materialized view m;
