create view on_found as select count(*) from found;
