create function valid(text[], oid) returns int language sql as 'select 1';
