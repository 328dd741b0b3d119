create view a_top as select id from v;
