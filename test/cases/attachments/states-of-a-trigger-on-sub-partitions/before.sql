create schema "Other s";
create table p (id int, a int) partition by range (id);
create table p1 partition of p for values from (0) to (100) partition by range (id);
create table p11 partition of p1 for values from (0) to (50);
create table "Other s"."P 12" partition of p1 for values from (50) to (100);
create table p2 partition of p for values from (100) to (200);
create table p3 partition of p for values from (200) to (300);
