select conname, convalidated from pg_constraint where contypid <> 0 order by 1;
select typname, pg_get_expr(typdefaultbin, 0) from pg_type where typname in ('small', 'other') order by 1;
