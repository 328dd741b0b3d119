notify x;
