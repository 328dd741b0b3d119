select attname::text, attstorage, attcompression, nullif(attstattarget, -1) as target from pg_attribute where attrelid = 'm'::regclass and attnum > 0;
