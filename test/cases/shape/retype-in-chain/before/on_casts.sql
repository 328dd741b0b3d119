create view on_casts as select * from casts;
