select * from wide
