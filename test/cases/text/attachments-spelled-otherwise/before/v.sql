create view v with (security_barrier) as select id, a from t;
grant select, insert on v to bob;
comment on view v is 'it''s v';
alter view v owner to carol;
alter view v alter a set default 5;
