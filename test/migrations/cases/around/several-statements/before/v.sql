create view v as
select t.id, a, note from t join u using (id);
