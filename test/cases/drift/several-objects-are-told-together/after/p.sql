create policy p on t for select using (true);
