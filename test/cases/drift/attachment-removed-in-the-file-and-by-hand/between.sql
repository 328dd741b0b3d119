comment on column v.a is null; revoke select on v from bob;
