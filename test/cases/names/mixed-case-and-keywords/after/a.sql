create view "From" as select "User"::bigint as "User", "select" from "Order";
