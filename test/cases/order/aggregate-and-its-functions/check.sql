insert into t values (1, 1, 'ab '), (2, 1, 'x');
select b from a_use;
