create view g_window as select sum(a) over w as s from t window w as (partition by z_fn(a) order by z_fn(id));
