select conrelid::regclass::text as on, conname::text, conislocal, coninhcount, convalidated, pg_get_constraintdef(oid) as is, obj_description(oid) from pg_constraint where contype = 'c' and conrelid in ('p'::regclass, 'c'::regclass) order by 1, 2;
select k, b from p order by 1;
