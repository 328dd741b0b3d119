select obj_description(oid, 'pg_policy') from pg_policy where polname = 'own';
select oid::int from pg_policy where polname = 'third'
