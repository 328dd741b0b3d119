CREATE VIEW customer_balance AS
SELECT customer_id, count(*) AS purchases, sum(gross) AS gross, sum(open) AS open
FROM purchase_status
GROUP BY customer_id;
