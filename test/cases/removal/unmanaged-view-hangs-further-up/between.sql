create view report.weekly as select id from b;
