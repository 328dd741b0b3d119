create view v with (security_invoker, security_barrier = true) as select id, a from t where a > 0 with check option;
