create table t (id int primary key, a int);
create function go() returns trigger language plpgsql as $$ begin return new; end $$;
