create view "V.1" as select "I d", "select"::bigint, "ü.é" as "ü.É" from "Ta""ble";
grant select ("I d") on "V.1" to alice;
comment on column "V.1"."ü.É" is 'it''s';
