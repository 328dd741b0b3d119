create materialized view a_high as select id from z_low;
