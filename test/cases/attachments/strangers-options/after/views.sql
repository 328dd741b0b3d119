create view recreated as select id, a from t where a > 0;
create view replaced as select id, a from t where a > 1;
create view rebound as select id from recreated where a > 0;
