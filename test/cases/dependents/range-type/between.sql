create type span as range (subtype = int, subtype_diff = gap);
create table u (s span);
