create policy same on x using (same(id + 1));
