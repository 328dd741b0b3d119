select even(10) as ten, even(7) as seven;
