revoke execute on function f(integer, public."Mixed Case"[]) from public;
comment on function f(in a text, out integer) is 'the text';
