create view v as
  select 'x' as name,
    nowhere
  from t;
