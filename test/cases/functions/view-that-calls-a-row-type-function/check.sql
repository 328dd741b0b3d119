select * from star_from_function
