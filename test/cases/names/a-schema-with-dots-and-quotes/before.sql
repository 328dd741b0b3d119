create schema "my.app"; create schema "it's"; create table "my.app".t (id int, a int);
