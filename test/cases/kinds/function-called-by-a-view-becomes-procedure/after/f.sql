create procedure f(x int) language sql as 'select 1';
