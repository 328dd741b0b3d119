-- The rate is decided in one place.
CREATE FUNCTION vat(net numeric, reduced boolean) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE
BEGIN ATOMIC
  SELECT round(net * CASE WHEN reduced THEN 0.07 ELSE 0.19 END, 2);
END;

COMMENT ON FUNCTION vat(numeric, boolean) IS 'Value added tax on a net amount';
