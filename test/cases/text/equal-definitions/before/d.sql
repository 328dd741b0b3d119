create view joined as select t.id from t join t u on u.id = t.id;
