CREATE VIEW revenue_growth AS
SELECT month, gross, gross - lag(gross) OVER (ORDER BY month) AS growth
FROM monthly_revenue;
