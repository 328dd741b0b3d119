select what from heard where what ~ '^drops|_VIEW|VIEW' order by 1;
