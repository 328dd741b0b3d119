lock table t;
