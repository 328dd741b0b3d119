create view reader as select three(1) as a;
