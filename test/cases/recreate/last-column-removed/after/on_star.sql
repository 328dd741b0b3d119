create view on_star as select a from star;
