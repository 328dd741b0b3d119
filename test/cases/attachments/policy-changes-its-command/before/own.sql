create policy own on t for select using (a > 0);
comment on policy own on t is 'own';
create policy other on t for all using (a > 0) with check (a > 1);
create policy third on t for select to bob using (a > 0);
