create view reader as select total() as total, (first_row()).a as a;
