create materialized view m as select * from v;
create index mi on m(a, id);
comment on column m.a is 'two';
comment on index mi is 'two';
grant select (id) on m to bob;
