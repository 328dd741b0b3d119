create view reader as select f(1) as a, f(1, y => 3) as b;
create view on_reader as select a from reader;
create function calls() returns int language sql begin atomic select f(5); end;
create function calls_late() returns int language plpgsql as $$ begin return f(6); end $$;
