-- another
  create view public.v as select a from t;
