create type "Mixed Case" as (a int); create type _under as (a int); create domain positive as int check (value > 0);
