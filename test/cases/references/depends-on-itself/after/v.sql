create view v as select id, a::bigint as a from t;
create rule into_v as on insert to v do instead insert into t (a) select v.a from v where v.id = new.id;
create rule of_v as on update to v do also select v.* from v;
