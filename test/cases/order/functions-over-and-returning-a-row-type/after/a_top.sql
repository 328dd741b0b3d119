create view a_top as select (b_rows()).id;
