create function f(v) returns int language sql as $$ select 1 $$;
comment on function f(v) is 'one'; grant execute on function f(v) to alice;
