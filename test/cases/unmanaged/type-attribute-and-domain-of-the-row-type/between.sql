create type holds as (id int, b base);
create domain checked as base check ((value).id > 0);
