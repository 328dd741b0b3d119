select b from t
