CREATE VIEW purchase_paid AS
SELECT purchase_id, sum(amount) AS paid, max(paid_at) AS last_payment
FROM payment
GROUP BY purchase_id;
