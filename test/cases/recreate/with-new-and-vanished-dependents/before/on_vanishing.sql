create view on_vanishing as select gone from vanishing;
