create function takes(b m) returns int language sql stable as 'select b.a';
