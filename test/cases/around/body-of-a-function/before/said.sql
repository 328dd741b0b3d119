create function said() returns text language sql begin atomic select a || '
RETURN 1
BEGIN ATOMIC' from t; end;
