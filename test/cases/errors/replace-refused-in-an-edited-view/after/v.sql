create view v as
  select id, '🐘' as e, nowhere.x
  from t;
