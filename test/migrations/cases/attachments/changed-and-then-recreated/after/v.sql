create view v as
select id, a::bigint as a from t;

grant select, insert on v to bob;
comment on view v is 'New';
