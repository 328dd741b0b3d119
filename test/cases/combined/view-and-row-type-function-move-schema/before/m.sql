create materialized view app.m as select v.id, f(v) from v;
