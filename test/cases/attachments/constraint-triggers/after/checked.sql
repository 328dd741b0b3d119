create constraint trigger checked after insert on log deferrable initially deferred for each row when (is_big(new.a)) execute function go();
comment on trigger checked on log is 'checked at the end';
