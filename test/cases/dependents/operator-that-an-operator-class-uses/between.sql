create operator <<< (function = less, leftarg = int, rightarg = int);
create operator family strange using btree;
alter operator family strange using btree add operator 1 <<< (int, int);
