create aggregate b_longest(text) (sfunc = z_longer, stype = text, finalfunc = y_trimmed, initcond = '');
