create policy p on t using (f(id));
