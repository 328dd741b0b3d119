create view base as select id::bigint as id, parent::bigint as parent from t;
