insert into pg_seclabel (objoid, classoid, objsubid, provider, label) values ('v'::regclass, 'pg_class'::regclass, 0, 'Some-Provider', 'it''s secret');
