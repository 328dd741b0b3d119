create schema analytics authorization alice;
grant select on base to alice;
set role alice;
create view analytics.lengths as select id, length(gone) as n from public.base;
reset role;
