create table t (id int primary key, a int, gone text);
create table log (gone text);
