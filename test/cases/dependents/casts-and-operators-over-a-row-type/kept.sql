select * from low;
select * from least;
select o.oid::regoperator::text as operator, obj_description(o.oid, 'pg_operator'), oprcom::regoperator::text as commutator from pg_operator o where oid > 16384 order by 1;
select castsource::regtype::text, casttarget::regtype::text, castcontext, castmethod, obj_description(oid, 'pg_cast') from pg_cast where oid > 16384 order by 1, 2;
select nspname from pg_namespace where nspname !~ '^pg_' order by 1;
