CREATE FUNCTION is_own_customer(clerk name) RETURNS boolean
LANGUAGE sql STABLE
AS 'SELECT clerk = current_user';
