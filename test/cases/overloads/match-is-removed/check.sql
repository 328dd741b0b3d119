select * from reader
