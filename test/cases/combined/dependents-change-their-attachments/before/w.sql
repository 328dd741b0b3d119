create view w as select * from v;
comment on view w is 'one';
comment on column w.a is 'one';
grant select on w to alice;
alter view w owner to bob;
