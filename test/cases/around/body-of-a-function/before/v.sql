create view v as select total() as t, twice(1) as d;
