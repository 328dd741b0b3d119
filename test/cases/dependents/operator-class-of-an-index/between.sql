create operator class backwards for type int using btree as operator 1 >, operator 2 >=, operator 3 =, operator 4 <=, operator 5 <, function 1 cmp(int, int);
comment on operator class backwards using btree is 'downwards';
create index on t (a backwards);
