create view w with (security_barrier) as select * from v;
comment on view w is 'two';
comment on column w.a is 'two';
grant select on w to carol;
alter view w owner to alice;
