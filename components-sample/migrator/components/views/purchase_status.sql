CREATE VIEW purchase_status AS
SELECT o.id AS purchase_id,
       o.customer_id,
       o.ordered_at,
       t.gross,
       coalesce(p.paid, 0) AS paid,
       t.gross - coalesce(p.paid, 0) AS open
FROM purchase o
JOIN purchase_total t ON t.purchase_id = o.id
LEFT JOIN purchase_paid p ON p.purchase_id = o.id
WHERE NOT o.cancelled;

GRANT SELECT ON purchase_status TO shop_clerk, shop_reader;
