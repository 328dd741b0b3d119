-- Takes a row of the view: SELECT label(o) FROM customer_overview o, or o.label.
CREATE FUNCTION label(customer_overview) RETURNS text
LANGUAGE sql STABLE
AS $$ SELECT $1.name || ' (' || $1.country || ')' $$;
