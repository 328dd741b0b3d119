select n from ee;
