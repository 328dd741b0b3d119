create table t (id int primary key, a int);
create table r (id int primary key, t int references t (id));
create table s (t int references t (id));
create sequence q;
create table u (a int default nextval('q'));
