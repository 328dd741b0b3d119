create view base with (security_invoker = true) as select id, a from t;
