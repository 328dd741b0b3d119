create view label as select b as label, a from base;
