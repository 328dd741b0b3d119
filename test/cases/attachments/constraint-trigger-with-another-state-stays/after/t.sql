create constraint trigger checked after insert on t deferrable initially deferred for each row when (new.a > 1) execute function go();
