create table t (id int primary key, a int, note text);
insert into t values (1, 10, 'x');
create function iv() returns trigger language plpgsql as $$begin return new; end$$;
create trigger ts before update on t for each row execute function iv();
create table log (id int);
create rule noted as on insert to t do also insert into log values (new.id);
