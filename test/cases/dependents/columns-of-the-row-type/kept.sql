select h.id, (b).id as bid, (b).a::text, b is null as isnull, array_dims(many), array_length(many, 1), (many[1]).a::text as one, many[2] is not distinct from null as two, many[3] is not distinct from null as three from holds h order by 1;
select x, (b).a::text, b is not distinct from null as nothing, tableoid::regclass::text from parent union all select x, (b).a::text, b is not distinct from null, tableoid::regclass::text from parted order by 1, 4;
select attname, attstorage, attnotnull, col_description(attrelid, attnum) from pg_attribute where attrelid = 'holds'::regclass and attnum > 0 and not attisdropped order by attnum;
select conname from pg_constraint where conrelid = 'holds'::regclass and contype <> 'n' order by 1;
select relname from pg_class where relname like 'by\_%' order by 1;
