alter table t add column d int default f(1), add constraint positive check (f(a) > 0), add column g int generated always as (f(a)) stored;
create index by_f on t (f(a));
