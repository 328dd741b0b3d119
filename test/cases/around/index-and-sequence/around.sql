alter index i rename to j; alter index j set (fillfactor = 70); alter sequence s rename to s2;
