select * from reader;
select * from other;
select atomic_one()
