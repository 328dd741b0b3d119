create policy mine on t for all to alice, bob using (mine(a)) with check (a > 5);

comment on policy mine on t is 'Own rows';
