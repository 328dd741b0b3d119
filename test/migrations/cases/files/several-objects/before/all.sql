create view v as
select id, a from t;

grant select on v to alice;

create view w as
select id, a from v;

comment on view w is 'W';

create function f() returns bigint language sql return (select count(*) from w);
