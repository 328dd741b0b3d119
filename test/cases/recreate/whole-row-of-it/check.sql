select to_json(r) as r from rows;
select to_json(all_of_it) as r from aggregated;
select * from unpacked;
select j from as_json
