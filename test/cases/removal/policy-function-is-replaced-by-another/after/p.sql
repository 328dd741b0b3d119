create policy p on t using (g(id));
