create policy mine on t for select to alice using (mine(a));
