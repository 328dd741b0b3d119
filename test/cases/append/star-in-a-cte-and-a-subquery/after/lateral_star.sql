create view lateral_star as select s.* from t cross join lateral (select * from base where base.id = t.id) s;
