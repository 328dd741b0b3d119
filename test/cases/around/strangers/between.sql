create view s1 as select id, a from t; create view s2 as select s1.a, v.id from s1 join v using (id) join t on t.a = s1.a; grant select on s2 to alice; alter view s2 set (security_barrier = true);
