CREATE VIEW product_editor AS
SELECT sku, title, price FROM product;

ALTER VIEW product_editor ALTER COLUMN price SET DEFAULT 0;
GRANT SELECT, INSERT, UPDATE ON product_editor TO shop_clerk;
