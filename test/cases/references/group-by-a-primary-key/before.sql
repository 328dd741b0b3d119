create table u (id int primary key, name text); create table o (id int primary key, u int, n int);
