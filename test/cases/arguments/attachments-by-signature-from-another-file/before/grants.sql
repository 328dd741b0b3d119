revoke execute on function f(integer, public."Mixed Case"[]) from public;
grant execute on function f(int4, "Mixed Case"[]) to bob;
comment on function f(in a text, out integer) is 'text';
