alter table t add constraint positive check (f(a) > 0);
create table s (a int check (f(a) > 1));
