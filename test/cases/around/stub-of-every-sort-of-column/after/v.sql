create view v with (security_invoker = true, check_option = local) as
select id, n, v, c, b, vb, i, ts, tz, tt, p, pairs, one, m, words, g, q, nm, j, r, x, o, v collate "C" as vc, array[one] as ones, row(1, 'x')::pair as made
from t where a > 5;
