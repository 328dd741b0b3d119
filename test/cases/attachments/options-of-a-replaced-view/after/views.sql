create view guarded with (security_barrier, security_invoker = on) as select id, a from t where a > 1 with local check option;
create view altered as select id, a from t where a > 1;
alter view altered set (security_barrier = true, check_option = cascaded);
