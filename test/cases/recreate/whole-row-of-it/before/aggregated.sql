create view aggregated as select array_agg(base) as all_of_it from base;
