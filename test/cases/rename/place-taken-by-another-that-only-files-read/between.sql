create view bystander as select id from base;
grant select (a) on base to alice;
