create view i_join as select t.id from t left join z_view v on z_fn(t.id) = v.id;
