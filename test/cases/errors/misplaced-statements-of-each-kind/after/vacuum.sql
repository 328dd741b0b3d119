vacuum t;
