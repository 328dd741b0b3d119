select (r).b from rows;
select * from unpacked
