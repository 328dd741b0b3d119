create function other(int, int) returns boolean language sql immutable as 'select $1 >= $2';
create operator <<< (function = less, leftarg = int, rightarg = int);
create operator >>> (function = other, leftarg = int, rightarg = int, negator = <<<);
create view strangers as select id from t where id <<< a;
