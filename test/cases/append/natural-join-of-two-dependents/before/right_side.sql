create view right_side as select id, 'x'::text as b from t;
