create view base as select id, similarity(a, 'x') as s from t where a % 'y';
