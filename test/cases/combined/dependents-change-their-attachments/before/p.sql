create policy p on t using (id in (select id from v));
comment on policy p on t is 'one';
