select * from base
