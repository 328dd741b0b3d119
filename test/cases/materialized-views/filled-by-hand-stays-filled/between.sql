refresh materialized view filled;
refresh materialized view emptied with no data;
