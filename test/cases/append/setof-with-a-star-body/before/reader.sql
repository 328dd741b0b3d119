create view reader as select a from all_of_it();
