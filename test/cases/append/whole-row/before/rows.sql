create view rows as select base as r, count(*) over () as n from base;
