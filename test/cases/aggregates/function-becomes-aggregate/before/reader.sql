create view reader as select sum(n) as n from (select total(a) as n from t group by a) x;
