create type c as (id int, a int);
create table o of c (primary key (id));
insert into o values (1, 2);
