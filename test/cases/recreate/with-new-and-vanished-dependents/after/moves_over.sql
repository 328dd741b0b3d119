create view moves_over as select a from fresh;
