CREATE FUNCTION edit_product() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO product (sku, title, price) VALUES (NEW.sku, NEW.title, NEW.price);
  ELSE
    UPDATE product SET title = NEW.title, price = NEW.price WHERE sku = OLD.sku;
  END IF;
  RETURN NEW;
END
$$;
