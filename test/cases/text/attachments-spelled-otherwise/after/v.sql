create view v with (security_barrier = true) as select id, a from t;
-- who may
GRANT insert ON TABLE public.v TO bob;
alter table v alter column a set default (5);
grant SELECT on v to "bob";
alter view v owner to carol;
comment on view public.v is E'it\'s v';
