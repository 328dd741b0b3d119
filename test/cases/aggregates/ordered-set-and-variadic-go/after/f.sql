create function collects(int[], int) returns int[] language sql as 'select $1 || $2';
