select * from on_reader
