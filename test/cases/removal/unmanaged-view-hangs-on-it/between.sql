create view report.weekly as select id, a from a; alter view report.weekly owner to carol; create materialized view report.yearly as select a from a;
