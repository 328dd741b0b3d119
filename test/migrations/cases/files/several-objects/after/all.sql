create view v as
select id, a::bigint as a from t;

grant select on v to alice;

create view w as
select id, a from v;

comment on view w is 'W';

create view x as
select 1 as one;

create function f() returns bigint language sql return (select count(*) from w);
