CREATE PROCEDURE cancel_purchase(wanted bigint)
LANGUAGE sql
BEGIN ATOMIC
  UPDATE purchase SET cancelled = true WHERE id = wanted;
END;
