create schema "My Schema";
create table "My Schema"."Ta""ble"("I d" int primary key, "select" int, "ü.é" text);
