create table t (id int primary key, a int, gone text);
create table log (id int, a int);
create function go() returns trigger language plpgsql as $$ begin return new; end $$;
