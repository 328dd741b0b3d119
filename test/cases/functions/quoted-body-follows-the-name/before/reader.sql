create view reader as select total() as total, n.a from as_table() n;
