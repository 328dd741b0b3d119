create view tail as select base.*, id * 2 as twice from base;
