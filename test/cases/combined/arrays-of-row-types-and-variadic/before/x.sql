create view x as select array_agg(v) as vs, (f(array_agg(v)))[1] as one from v;
