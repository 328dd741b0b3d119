grant usage on schema public to bob;
