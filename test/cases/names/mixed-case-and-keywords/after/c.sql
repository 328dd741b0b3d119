create view user_ as select "Group" as "user" from "table";
