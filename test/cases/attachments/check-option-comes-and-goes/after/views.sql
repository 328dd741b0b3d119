create view gains as select id, a from t where a > 0 with check option;
create view loses as select id, a from t where a > 0;
create view widens as select id, a from t where a > 0 with cascaded check option;
