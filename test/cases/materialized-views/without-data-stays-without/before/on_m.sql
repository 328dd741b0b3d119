create view on_m as select a from m;
