select * from second
