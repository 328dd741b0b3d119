create table x (id int, constraint same check (id > 0)); alter table x enable row level security;
