create function first_row() returns base language sql stable begin atomic select base from base; end;
