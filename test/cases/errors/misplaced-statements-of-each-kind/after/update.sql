update t set a = 1;
