create view "V.1" as select "I d", "select", "ü.é" from "Ta""ble";
grant select ("I d") on "V.1" to alice;
comment on column "V.1"."ü.é" is 'it''s';
