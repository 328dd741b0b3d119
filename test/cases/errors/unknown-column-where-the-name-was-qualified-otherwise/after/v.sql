create  or  replace /* c */ view
  "public" . v (x) as select nowhere from t;
