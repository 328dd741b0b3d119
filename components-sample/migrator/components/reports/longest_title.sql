CREATE VIEW longest_title AS
SELECT longest(title) AS title FROM product_sales;
