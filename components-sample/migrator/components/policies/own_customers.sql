CREATE POLICY own_customers ON customer FOR ALL TO shop_clerk
USING (is_own_customer(clerk))
WITH CHECK (is_own_customer(clerk));
