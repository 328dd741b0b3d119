create view middle as select id, a from base;
alter view middle owner to bob;
grant select on middle to carol;
create view top as select a + 1 as a from middle;
alter view top owner to carol;
create function read_top() returns bigint language sql security definer begin atomic select max(a) from top; end;
alter function read_top() owner to carol;
