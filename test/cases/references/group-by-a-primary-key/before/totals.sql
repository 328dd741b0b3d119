create view totals as select u.id, u.name, sum(o.n) as n from u join o on o.u = u.id group by u.id;
