insert into t values (1, 1, 'x'), (2, 1000, 'x');
select id, b from t order by id;
