create operator family backwards using btree;
alter operator family backwards using btree add operator 1 > (int, bigint), function 1 cmp(int, bigint);
