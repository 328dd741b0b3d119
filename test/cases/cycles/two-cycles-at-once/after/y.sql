create view y as select id from z;
