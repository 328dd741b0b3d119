select stxname::text, stxkeys::text, obj_description(oid) from pg_statistic_ext order by 1;
