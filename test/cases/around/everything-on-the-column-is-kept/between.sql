create policy theirs on t as restrictive for update to bob using (a > 1) with check (a > 2);
comment on policy theirs on t is 'by hand';
create trigger theirs after update of a on t for each row when (old.a is distinct from new.a) execute function hear();
alter table t disable trigger theirs;
comment on constraint t_a_check on t is 'a check';
