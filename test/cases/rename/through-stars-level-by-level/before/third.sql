create view third as select a from second;
