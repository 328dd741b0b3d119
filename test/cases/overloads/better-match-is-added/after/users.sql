create view reader as select f(a) as f from t;
create view other as select f(1.5) as f;
create view on_reader as select f from reader;
create function atomic_one() returns text language sql begin atomic select f(1); end;
