revoke all on v from bob; grant select on v to bob;
