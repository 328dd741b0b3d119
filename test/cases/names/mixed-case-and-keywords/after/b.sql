create view "table" as select "User" as "Group" from "From";
grant select ("Group") on "table" to bob;
