create function b_sum(x z_view.id%type) returns z_view.id%type language plpgsql as $$ begin return x + 1; end $$;
