create view on_second as select a from second;
alter view on_second owner to carol;
