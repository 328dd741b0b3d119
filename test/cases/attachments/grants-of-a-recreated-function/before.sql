grant create on schema public to alice;
