create view app.v as select id from public.v;
