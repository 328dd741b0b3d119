create table parent (id int primary key);
create table t (id int primary key, a int references parent, b int, check (a > 0), unique (a));
create table child (id int primary key, t_a int references t (a) on delete cascade);
insert into parent values (10);
insert into t values (1, 10, 100);
insert into child values (1, 10);
create function hear() returns trigger language plpgsql as $$ begin return new; end $$;
alter table t enable row level security;
