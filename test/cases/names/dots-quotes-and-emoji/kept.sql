select obj_description('"a.b"'::regclass) as comment, col_description('"a.b"'::regclass, 1) as c1, has_column_privilege('bob', '"a.b"', 'e.f', 'select') as granted;
select tgname from pg_trigger where tgrelid = '"a.b"'::regclass;
