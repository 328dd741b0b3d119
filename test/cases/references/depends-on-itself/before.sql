create table t (id int generated always as identity primary key, a int default 1, b text);
create sequence numbers owned by t.id;
