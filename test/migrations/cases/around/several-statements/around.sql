alter table t alter column a type bigint;
alter table u rename column note to remark;
alter table u add column c text default '{{ c }}';
create table extra (key text primary key); -- new
comment on table extra is 'New';
