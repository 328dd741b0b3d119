select n from z order by n;
