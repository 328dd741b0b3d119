create view z_other as select 1 as id;
