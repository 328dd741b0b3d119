create view base as select id, a from t;
create rule logged as on insert to base do also insert into log values (new.a);
create trigger inserted instead of insert on base for each row execute function log_it();
