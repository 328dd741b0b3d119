create materialized view m as select t as whole, array[t] as wholes from t;
