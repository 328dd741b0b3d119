alter view base rename to base_before;
create table base (id int, a int);
