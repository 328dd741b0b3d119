create schema reports;
create view reports.totals as select id, a from base where a > 0;
