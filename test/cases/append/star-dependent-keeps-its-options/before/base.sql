create view base with (security_barrier) as select id, a from t where a > 0 with check option;
