create view v as select id, a from t;
create trigger tr instead of insert on v for each row execute function f();
