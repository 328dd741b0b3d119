create materialized view lower_m as select id, a from base;
create index lower_m_a on lower_m (a);
create materialized view upper_m as select a from lower_m;
create view top as select a from upper_m;
create view casts as select a::text as a from lower_m;
