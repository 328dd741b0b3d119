create view b_view as select id, a from t;
alter view b_view alter column a set default z_default();
create rule b_rule as on delete to b_view do instead select z_allowed(old.id);
