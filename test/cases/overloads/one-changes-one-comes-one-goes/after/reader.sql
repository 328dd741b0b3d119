create view reader as select f(a::bigint) as a, f(b) as b, f(c) as c from t;
