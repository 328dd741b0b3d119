create view v as select t.id, u.c from t join u using (id);
