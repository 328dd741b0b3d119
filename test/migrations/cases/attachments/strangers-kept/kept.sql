grant select on v to alice;
comment on view w is 'By hand';
create view strange as select * from w;
