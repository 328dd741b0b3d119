create view v as select fa(aa), aa.* from aa;
create view s as select * from fs();
create policy p on t using (id in (select id from aa));
