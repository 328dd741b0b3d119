alter table t add column d int default f(1), add constraint positive check (f(a) > 0);
create index by_f on t (f(a));
create index partly on t (a) where f(a) > 5;
create statistics stats on f(a), a from t;
create domain checked as int check (f(value) > 0);
