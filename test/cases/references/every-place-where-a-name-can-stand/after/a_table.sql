create view a_table as table z_view;
