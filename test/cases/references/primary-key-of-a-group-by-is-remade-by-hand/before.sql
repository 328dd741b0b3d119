create table u (id int primary key, name text);
