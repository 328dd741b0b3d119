CREATE VIEW product_sales AS
SELECT product_id, title, sum(quantity) AS sold, sum(net) AS net
FROM line_amount
GROUP BY product_id, title;
