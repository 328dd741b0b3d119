create table "Order" ("User" int, "select" text);
