create operator + (function = add_pairs, leftarg = pair, rightarg = pair);
create cast (pair as text) with function pair_text(pair);
