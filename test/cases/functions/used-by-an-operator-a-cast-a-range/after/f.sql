create function add_pairs(one pair, two pair) returns pair language sql immutable as 'select row(one.x + two.x, one.y + two.y)::pair';
create function pair_text(value pair) returns text language sql immutable as 'select value.x::text';
