create view z_view as select 1 as id;
