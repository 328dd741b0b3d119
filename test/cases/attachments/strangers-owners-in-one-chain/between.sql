alter view base owner to alice;
alter view middle owner to bob;
alter materialized view top owner to carol;
set role alice; grant select on base to bob;
set role bob; grant select on middle to carol;
reset role;
