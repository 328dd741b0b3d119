create view base as select id, gone, similarity(a, 'x') as s from t where a % 'y';
