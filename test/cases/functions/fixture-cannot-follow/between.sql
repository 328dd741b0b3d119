alter table t add constraint positive check (f(a) > 0);
