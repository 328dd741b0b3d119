create view w as select n::int as n from v;
