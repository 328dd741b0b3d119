select 1 as a into x;
