create view reader as select twice from base;
