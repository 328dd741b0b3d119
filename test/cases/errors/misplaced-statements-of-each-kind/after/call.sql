call p();
