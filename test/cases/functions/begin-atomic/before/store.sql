create procedure store(x int) language sql begin atomic insert into t (id, a) select x, max(a) from base; end;
