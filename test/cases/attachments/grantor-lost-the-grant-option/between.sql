grant select on v to alice with grant option;
set role alice;
grant select on v to bob;
reset role;
update pg_class set relacl = array(select replace(x::text, 'alice=r*/', 'alice=r/')::aclitem from unnest(relacl) x) where relname = 'v';
