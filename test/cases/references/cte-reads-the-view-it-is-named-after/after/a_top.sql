create view a_top as with z_base as (select id from z_base where id > 0) select id from z_base;
