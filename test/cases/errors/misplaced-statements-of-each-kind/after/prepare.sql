prepare p as select 1;
