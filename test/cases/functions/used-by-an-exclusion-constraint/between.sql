alter table t add constraint apart exclude using btree (f(a) with =) with (fillfactor = 70) where (f(a) > 0) deferrable initially deferred;
comment on constraint apart on t is 'no two alike';
comment on index apart is 'its index';
create index plain on t (a);
alter index apart alter column 1 set statistics 77;
analyze t;
