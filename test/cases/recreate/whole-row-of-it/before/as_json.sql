create view as_json as select to_json(base) as j from base;
