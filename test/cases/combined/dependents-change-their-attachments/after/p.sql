create policy p on t to alice using (id in (select id from v));
comment on policy p on t is 'two';
