create function f(vs v[]) returns v[] language sql as $$ select vs $$;
create function g(variadic vs v[]) returns setof v language sql as $$ select * from unnest(vs) $$;
create function h(out o v, inout p int, out q v[]) returns record language sql as $$ select null::v, p, null::v[] $$;
create procedure pr(in a v, inout b int, out c text) language plpgsql as $$ begin c := a.id; end $$;
grant execute on procedure pr(v, int) to alice;
grant execute on function g(v[]) to alice;
comment on function f(v[]) is 'f';
