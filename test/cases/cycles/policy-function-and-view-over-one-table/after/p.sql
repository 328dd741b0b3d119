create policy p on t using (allowed(id));
