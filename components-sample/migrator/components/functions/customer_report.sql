CREATE FUNCTION customer_report(wanted bigint) RETURNS TABLE (line text)
LANGUAGE plpgsql STABLE
AS $$
DECLARE
  overview customer_overview%ROWTYPE;
  item record;
BEGIN
  SELECT * INTO overview FROM customer_overview WHERE id = wanted;
  line := label(overview);
  RETURN NEXT;
  FOR item IN SELECT s.purchase_id, s.open FROM purchase_status s WHERE s.customer_id = wanted ORDER BY 1 LOOP
    line := format('purchase %s: %s open', item.purchase_id, money_text(item.open));
    RETURN NEXT;
  END LOOP;
END
$$;
