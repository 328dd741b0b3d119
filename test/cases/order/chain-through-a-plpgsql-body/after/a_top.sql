create view a_top as select b_count() as n;
