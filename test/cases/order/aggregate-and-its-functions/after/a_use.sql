create view a_use as select b_longest(b) as b from t;
