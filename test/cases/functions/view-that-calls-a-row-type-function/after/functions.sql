create function takes(b base) returns int language sql stable as 'select b.a';
create function gives_all() returns setof base language sql stable as 'select * from base';
create function counts() returns bigint language sql stable as 'select count(*) from gives_all()';
