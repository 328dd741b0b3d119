revoke select on v from bob; comment on view v is 'by hand';
