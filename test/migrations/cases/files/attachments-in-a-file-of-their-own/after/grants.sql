grant select on v to alice;
grant select on w to alice;
