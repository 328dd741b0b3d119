create view sv as select fb(b) from b
