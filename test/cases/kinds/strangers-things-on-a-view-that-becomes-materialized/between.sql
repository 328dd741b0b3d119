grant select on base to bob with grant option;
set role bob; grant select on base to carol; reset role;
comment on view base is 'base';
comment on column base.a is 'a';
grant select (a) on base to carol;
alter view base owner to alice;
