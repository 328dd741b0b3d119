create view shut as select id, gone, a from t;
create view never_granted as select id, gone, a from t;
create view open as select id, gone, a from t;
