create function total() returns bigint language sql begin atomic select sum(base.a) from base where base.a > 0; end;
