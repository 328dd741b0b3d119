create function is_big(value int) returns boolean language sql immutable as 'select value > 100';
