create table history (at int, was v);
