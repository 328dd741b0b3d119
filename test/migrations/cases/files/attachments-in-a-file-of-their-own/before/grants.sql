grant select on v to alice;
