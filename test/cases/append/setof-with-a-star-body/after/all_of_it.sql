create function all_of_it() returns setof base language sql stable as 'select * from base';
