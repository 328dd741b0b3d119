create function mine(x int) returns boolean language sql stable return x > 0;
