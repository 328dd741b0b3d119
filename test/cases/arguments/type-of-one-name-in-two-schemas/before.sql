create schema app; create type app.code as (a int); create type public.code as (a text);
