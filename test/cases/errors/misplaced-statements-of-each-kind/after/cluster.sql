cluster t;
