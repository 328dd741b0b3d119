create view v as
-- the same
select id, extract(year from d) as y, s in ('a', 'b') as ab, j -> 'x' as jx, d at time zone 'UTC' as z, substring(s from 1 for 2) as two, s is not distinct from 'x' as same, (id, s) = (1, 'a') as pair, case when s = 'a' then 1 end as c from x where (s in ('a', 'b')) or s like 'c%' or overlay(s placing 'x' from 1) = 'x';
