create view sums as select sum(n) as s from numbers;
