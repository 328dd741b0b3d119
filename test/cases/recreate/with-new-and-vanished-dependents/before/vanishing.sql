create view vanishing as select gone from base;
