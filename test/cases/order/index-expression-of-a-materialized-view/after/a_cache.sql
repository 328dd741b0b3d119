create materialized view a_cache as select id, b from t;
create index a_cache_key on a_cache (z_key(b)) where z_wanted(id);
