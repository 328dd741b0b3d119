grant select on v to bob; comment on view v is 'by hand'; alter view v alter column a set default 3; alter view v set (security_barrier); alter view v owner to carol;
