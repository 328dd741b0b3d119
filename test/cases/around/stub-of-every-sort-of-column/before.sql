create domain positive as int not null check (value > 0);
create type pair as (x int, y text);
create type mood as enum ('sad', 'ok');
create collation german (provider = icu, locale = 'de');
create table t (id int primary key, a int, n numeric(10,2), v varchar(10), c char(3), b bit(4), vb bit varying(5), i interval day to second(3),
  ts timestamp(2), tz timestamptz(3), tt time(1), p positive default 1, pairs pair[], one pair, m mood, words text[] collate "C", g text collate german,
  q "char", nm name, j jsonb, r int4range, x xml, o oid);
insert into t (id, a, n, v, p) values (1, 10, 1.25, 'v', 7), (2, 1, 2, 'w', 8);
create function hear() returns trigger language plpgsql as $$ begin return null; end $$;
