select relname::text, oid::int, (select max(xmin::text) from pg_attribute where attrelid = c.oid) as untouched
from pg_class c where relname in ('two', 'three', 'four', 'five') order by 1;
select * from five
