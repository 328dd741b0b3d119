CREATE FUNCTION place_purchase(customer bigint, product bigint, quantity integer DEFAULT 1) RETURNS bigint
LANGUAGE plpgsql
AS $$
DECLARE
  made bigint;
BEGIN
  IF EXISTS (SELECT FROM risky_customer r WHERE r.id = customer) THEN
    RAISE EXCEPTION 'customer % has too much open', customer;
  END IF;
  INSERT INTO purchase (customer_id) VALUES (customer) RETURNING id INTO made;
  INSERT INTO purchase_line SELECT made, p.id, place_purchase.quantity, p.price FROM product p WHERE p.id = product;
  RETURN made;
END
$$;

REVOKE EXECUTE ON FUNCTION place_purchase(bigint, bigint, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION place_purchase(bigint, bigint, integer) TO shop_clerk;
