create policy own on t for update using (a > 0);
comment on policy own on t is 'own';
create policy other on t for all using (a > 0);
create policy third on t for select to bob, carol using (a > 1);
