create view base as select id, a * 2 as amount from t where b is not null;
