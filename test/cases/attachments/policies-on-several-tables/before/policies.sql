create policy reads on one for select to bob, alice using (id in (select base.id from base));
comment on policy reads on one is 'reads';
create policy writes on one as restrictive for insert with check (allowed(id));
create policy everything on two to public using (allowed(id) and exists (select from base)) with check (allowed(a));
create policy removes on two for delete to carol using (allowed(a));
create policy elsewhere on two for update using (a > 0);
