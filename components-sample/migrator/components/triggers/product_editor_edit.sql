CREATE TRIGGER edit INSTEAD OF INSERT OR UPDATE ON product_editor
FOR EACH ROW EXECUTE FUNCTION edit_product();

COMMENT ON TRIGGER edit ON product_editor IS 'The editor writes through to the table';
