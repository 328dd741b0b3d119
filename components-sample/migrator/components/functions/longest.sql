CREATE FUNCTION longer(a text, b text) RETURNS text
LANGUAGE sql IMMUTABLE
AS 'SELECT CASE WHEN length(b) > length(a) THEN b ELSE a END';

CREATE AGGREGATE longest(text) (sfunc = longer, stype = text, initcond = '');
