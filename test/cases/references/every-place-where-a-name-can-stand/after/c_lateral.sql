create view c_lateral as select t.id, l.n from t, lateral (select count(*) as n from z_view v where v.id = t.id) l;
