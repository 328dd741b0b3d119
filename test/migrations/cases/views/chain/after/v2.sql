create view v2 as
select id, a from v1;

comment on view v2 is 'The second';
