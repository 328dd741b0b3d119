create policy p on t using (a > 3) with check (a > 4);
comment on policy p on t is 'some';
