create view v as select id, m::mood as m from t;
