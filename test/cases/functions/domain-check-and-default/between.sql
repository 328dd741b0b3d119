create domain small as int constraint fine check (f(value) < 100) default f(1);
create domain other as int;
alter domain other add constraint unread check (f(value) < 100) not valid;
create type pair as (x small, y small);
alter table t add column b small;
create table u (o other[]);
insert into t values (1, 2);
