create view v as
select t.id, a, remark, c from t join u using (id);
