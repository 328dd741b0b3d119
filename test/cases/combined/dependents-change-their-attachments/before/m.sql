create materialized view m as select * from v;
create index mi on m(a);
comment on column m.a is 'one';
comment on index mi is 'one';
grant select (a) on m to alice;
