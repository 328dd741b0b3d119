alter table p alter column a type bigint; alter table pt alter column a type bigint;
