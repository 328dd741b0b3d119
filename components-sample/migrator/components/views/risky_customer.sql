CREATE VIEW risky_customer AS
SELECT id, name, open, credit_limit
FROM customer_overview
WHERE open > credit_limit;
