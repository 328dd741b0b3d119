create table t (id int primary key, a int, b int);
insert into t values (1, 10, 100);
create table heard (what text);
create function hear() returns trigger language plpgsql as $$ begin insert into heard values (tg_name || ' ' || new.id); return null; end $$;
