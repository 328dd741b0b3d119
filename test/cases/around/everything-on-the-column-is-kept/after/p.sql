create policy p on t using (a > 0 and b > 0);
