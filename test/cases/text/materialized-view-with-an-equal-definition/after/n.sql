create view n as select id from m;
