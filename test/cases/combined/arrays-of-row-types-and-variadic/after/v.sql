create view v as select id, a::text as a, row(a, 'x')::ct as c, array[row(id, 'q')::ct] as cs from t;
