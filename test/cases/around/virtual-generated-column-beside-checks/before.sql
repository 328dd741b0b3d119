create table p(k int, a int, b int generated always as (a * 2) virtual, constraint named check (b > 0), constraint of_p check (k > 0) no inherit);
create table c() inherits (p);
alter table c add constraint own check (a > 0) not valid;
alter table p add constraint ahead check (k > -100) not valid;
alter table c validate constraint ahead;
alter table c add constraint unenforced check (a < 0) not enforced;
comment on constraint named on c is 'of c';
insert into p(k, a) values (1, 1);
insert into c(k, a) values (3, 3);
