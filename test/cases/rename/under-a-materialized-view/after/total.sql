create function total() returns bigint language sql begin atomic select sum(base.amount) from base where base.amount > 0; end;
