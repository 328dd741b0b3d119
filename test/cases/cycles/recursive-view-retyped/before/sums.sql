create view sums as select sum(n)::int as s from numbers;
