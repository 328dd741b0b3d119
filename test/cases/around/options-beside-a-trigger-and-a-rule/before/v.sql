create view v with (security_barrier = true) as select id, note from t where a > 0;
