create view b as
  select f(id) as id
  from t;
