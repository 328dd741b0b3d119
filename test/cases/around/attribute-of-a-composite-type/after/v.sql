create view v as select (price()).amount;
