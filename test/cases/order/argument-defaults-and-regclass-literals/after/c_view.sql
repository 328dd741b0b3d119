create view c_view as select 'z_start()'::regprocedure as f, 'z_view'::regclass as r;
