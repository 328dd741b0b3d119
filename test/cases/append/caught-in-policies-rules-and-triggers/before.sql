create table t (id int primary key, a int, b int);
create table guarded (id int, b int);
alter table guarded enable row level security;
create function go() returns trigger language plpgsql as $$ begin return new; end $$;
