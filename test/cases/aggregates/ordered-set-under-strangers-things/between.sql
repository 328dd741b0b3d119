comment on aggregate pick(float8 order by int) is 'pick';
comment on aggregate rows(*) is 'rows';
alter aggregate pick(float8 order by int) owner to alice;
alter aggregate rows(*) owner to alice;
grant execute on function pick(float8, int) to bob;
grant execute on function rows() to bob;
revoke execute on function rows() from public;
