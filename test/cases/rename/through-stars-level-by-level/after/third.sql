create view third as select amount as a from second;
