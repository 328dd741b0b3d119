create view app.reader as select f(1) as f, v from v;
create view app.exact as select public.f(1) as f, v from public.v;
create policy own on app.t using (f(id) = 'x' and exists (select from v));
