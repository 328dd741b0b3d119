CREATE FUNCTION lines_of(purchase bigint) RETURNS SETOF line_amount
LANGUAGE sql STABLE
AS 'SELECT * FROM line_amount WHERE purchase_id = purchase ORDER BY product_id';
