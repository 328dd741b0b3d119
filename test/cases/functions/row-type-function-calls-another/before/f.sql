create function a(v) returns int language sql as $$ select 1 $$;
create function b(v) returns int language sql begin atomic select a($1); end;
