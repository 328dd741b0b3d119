create view w as select * from m2 join m on m.id = m2.x;
