alter view v owner to carol; comment on column v.a is 'by hand'; revoke select on v from bob;
