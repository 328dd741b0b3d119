set role alice;
create view reports.of_alice as select id, a from public.base;
set role bob;
