create index by_f on t ((f(a) + 1));
alter table u add constraint positive check (f(a) > 0);
comment on constraint positive on u1 is 'inherited';
alter table u1 add column b int default f(1) + 1;
