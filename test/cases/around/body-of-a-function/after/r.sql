create function twice(x int) returns bigint language sql return (select a * 2 from t where id = x);
