create view totals as select id, name, count(*) as n from u group by id;
