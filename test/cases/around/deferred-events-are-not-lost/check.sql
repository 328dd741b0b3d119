select what from heard order by 1;
