create table t (id int primary key, a int);
create table log (a int);
create function log_it() returns trigger language plpgsql as $$ begin return new; end $$;
