create view computed as select base.id, takes(base) as twice from base;
create view dotted as select base.takes from base;
create view from_function as select a from gives_all();
create view star_from_function as select * from gives_all();
create view on_computed as select twice from computed;
