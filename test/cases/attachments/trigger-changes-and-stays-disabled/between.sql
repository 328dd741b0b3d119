alter table t disable trigger one;
alter table t enable replica trigger two;
alter table t disable rule three;
comment on trigger one on t is 'one';
comment on trigger two on t is 'two';
comment on rule three on t is 'three';
