create constraint trigger theirs after insert on t deferrable initially deferred for each row when (new.a > 0) execute function hear();
