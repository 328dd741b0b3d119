select id from a_high;
