create view on_wide as select a from wide;
