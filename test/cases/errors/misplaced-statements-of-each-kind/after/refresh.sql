refresh materialized view m;
