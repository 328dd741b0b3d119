create policy p on t
  using (nofunc(id));
