create view w as select length(n::text) as n from v;
