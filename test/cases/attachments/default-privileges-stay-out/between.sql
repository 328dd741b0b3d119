alter default privileges grant select, insert on tables to bob;
alter default privileges in schema public grant update on tables to carol;
alter default privileges grant execute on functions to bob;
alter default privileges revoke execute on functions from public;
