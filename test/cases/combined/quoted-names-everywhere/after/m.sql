create materialized view "M M" with (fillfactor = 50) as select * from "W-1";
create unique index "i.x" on "M M" ("I d") include ("%s");
