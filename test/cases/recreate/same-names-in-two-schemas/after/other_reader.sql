create view other_reader as select a from public.base;
