select * from all_of_it();
select * from reader
