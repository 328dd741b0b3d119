create table t (id int primary key, a int); grant usage, create on schema public to rita, alice, bob;
