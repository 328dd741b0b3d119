alter table orders add column discount numeric not null default 0;
