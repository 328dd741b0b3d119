select grantor::regrole::text, grantee::regrole::text from pg_class, aclexplode(relacl) where relname = 'v' and grantee <> relowner order by 1, 2;
drop owned by boss;
drop role boss;
