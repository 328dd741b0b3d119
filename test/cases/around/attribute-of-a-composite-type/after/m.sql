create materialized view m as select p.amount + 1 as more from price() p;
