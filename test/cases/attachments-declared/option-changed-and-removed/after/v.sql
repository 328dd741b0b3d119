create view v with (security_invoker = false) as select id, a from t where a > 0;
