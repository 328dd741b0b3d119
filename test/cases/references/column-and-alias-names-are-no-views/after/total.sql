create view total as select amount.total from amount;
