create view passes as select f(a) as a from t;
create view filters as select id from t where f(a) > 0;
create policy own on t using (f(a) > 0);
create function total() returns bigint language sql begin atomic select sum(f(a))::bigint from t; end;
create rule watched as on insert to t where f(new.a) > 0 do also select 1;
