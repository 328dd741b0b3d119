create view "it's".w as select id from v;
