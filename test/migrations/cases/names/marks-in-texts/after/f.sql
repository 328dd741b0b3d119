create function f() returns text language plpgsql as $$
begin
-- migrator: statement
return ':''name'' :"name" -- migrator: end statement';
end
$$;
