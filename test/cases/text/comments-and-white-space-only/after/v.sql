-- what it is for

CREATE OR REPLACE VIEW v
  AS
  SELECT id, /* the amount */ a
  FROM t
  WHERE a > 0 -- only those
;
