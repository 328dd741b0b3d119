CREATE VIEW line_amount AS
SELECT l.purchase_id,
       l.product_id,
       p.title,
       l.quantity,
       l.quantity * l.unit_price AS net,
       vat(l.quantity * l.unit_price, p.reduced_vat) AS vat
FROM purchase_line l
JOIN product p ON p.id = l.product_id;

GRANT SELECT ON line_amount TO shop_clerk;
COMMENT ON VIEW line_amount IS 'What a line of a purchase costs';
COMMENT ON COLUMN line_amount.net IS 'Without value added tax';
