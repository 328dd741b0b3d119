create view ranked as select id, position_of(id) as position from t;
