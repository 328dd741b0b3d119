create view "a
b	c %s $1 ; --" as select id as "%I
", a from t;
comment on view "a
b	c %s $1 ; --" is '$$ ; \';
