create view d as select * from a union all select * from c;
