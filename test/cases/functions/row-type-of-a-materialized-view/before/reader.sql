create view reader as select takes(m) as a from m;
