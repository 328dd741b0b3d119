grant select on v to boss with grant option;
set role boss;
grant select on v to bob;
reset role;
alter role boss superuser;
