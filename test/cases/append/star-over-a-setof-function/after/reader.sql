create view reader as select * from all_of_it();
