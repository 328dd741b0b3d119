create function all_of_it() returns setof base language sql stable as 'select id, a from base';
