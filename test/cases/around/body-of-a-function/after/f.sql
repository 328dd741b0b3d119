create function total(low int default 0) returns bigint language sql stable security definer cost 7 begin atomic select sum(a) from t where a > low; end;
