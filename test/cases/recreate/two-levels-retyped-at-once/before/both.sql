create view base as select id, a from t;
create view reader as select id, a, 'x' as tag from base;
