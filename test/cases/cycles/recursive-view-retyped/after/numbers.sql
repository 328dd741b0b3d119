create recursive view numbers (n) as select 1::bigint union all select n + 1 from numbers where n < 3;
