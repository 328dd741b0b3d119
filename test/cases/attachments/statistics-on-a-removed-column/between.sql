create statistics s on a, b from m;
