create materialized view e as select a from v with no data;
