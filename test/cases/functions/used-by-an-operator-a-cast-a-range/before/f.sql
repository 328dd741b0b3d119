create function add_pairs(a pair, b pair) returns pair language sql immutable as 'select row(a.x + b.x, a.y + b.y)::pair';
create function pair_text(p pair) returns text language sql immutable as 'select p.x::text';
