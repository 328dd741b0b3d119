create function d() returns int language sql as $$ select 1;
