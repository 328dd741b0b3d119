create table t (id int primary key, a int, gone text);
create function go() returns trigger language plpgsql as $$ begin return new; end $$;
