create policy a_policy on t for select using (z_allowed(id));
