create view z_base as select id, a from p;
