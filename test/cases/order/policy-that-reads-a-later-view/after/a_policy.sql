create policy a_policy on t for update using (id in (select id from z_view)) with check (exists (select from z_other));
