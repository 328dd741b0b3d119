CREATE VIEW purchase_total AS
SELECT purchase_id, count(*) AS lines, sum(net) AS net, sum(vat) AS vat, sum(net + vat) AS gross
FROM line_amount
GROUP BY purchase_id;

GRANT SELECT ON purchase_total TO shop_clerk, shop_reader;
