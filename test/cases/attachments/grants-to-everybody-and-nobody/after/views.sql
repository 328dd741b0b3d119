create view shut as select id, a from t;
create view never_granted as select id, a from t;
create view open as select id, a from t;
