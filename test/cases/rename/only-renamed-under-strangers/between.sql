create view stranger as select id, a from base;
create rule "r" as on delete to base do instead delete from t where id = old.id and a = old.a;
grant select (a) on base to alice;
