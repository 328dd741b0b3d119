select i from v;
select i from m;
select of_all();
select obj_description(oid, 'pg_cast') from pg_cast where castsource = 'amount'::regtype;
