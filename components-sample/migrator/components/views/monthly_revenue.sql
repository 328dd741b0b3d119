CREATE MATERIALIZED VIEW monthly_revenue AS
SELECT date_trunc('month', o.ordered_at AT TIME ZONE 'UTC')::date AS month, sum(t.gross) AS gross
FROM purchase o
JOIN purchase_total t ON t.purchase_id = o.id
GROUP BY 1;

CREATE UNIQUE INDEX monthly_revenue_month ON monthly_revenue (month);
COMMENT ON MATERIALIZED VIEW monthly_revenue IS 'Refreshed every night';
GRANT SELECT ON monthly_revenue TO shop_reader;
