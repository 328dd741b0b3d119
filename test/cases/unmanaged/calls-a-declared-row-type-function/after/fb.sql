create function fb(b) returns int language sql as 'select $1.a::int';
