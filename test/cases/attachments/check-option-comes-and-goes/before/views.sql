create view gains as select id, a from t where a > 0;
create view loses as select id, a from t where a > 0 with check option;
create view widens as select id, a from t where a > 0 with local check option;
