explain select 1;
