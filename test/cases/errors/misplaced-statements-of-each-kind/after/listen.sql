listen x;
