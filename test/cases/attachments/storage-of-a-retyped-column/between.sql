alter materialized view m alter b set storage external, alter b set compression pglz, alter b set statistics 5;
