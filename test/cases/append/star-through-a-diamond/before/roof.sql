create view roof as select other from top;
