create view z07_elsif as select id from t;
