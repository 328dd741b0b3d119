create view base as select id, a from t;
create view second as select a from base;
