create view wide with (security_invoker = true) as select * from base where id > 0 with local check option;
grant select on wide to bob;
comment on view wide is 'wide';
