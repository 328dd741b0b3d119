create trigger follows before update on log for each row when (is_big(new.a)) execute function go();
alter table log enable replica trigger follows;
comment on trigger follows on log is 'follows';
create rule copied as on insert to log do also insert into t (id, a) select id, a from base;
alter table log disable rule copied;
comment on rule copied on log is 'copied';
