create view totals as select u.id, u.name, sum(o.n)::int as n from u join o on o.u = u.id group by u.id;
