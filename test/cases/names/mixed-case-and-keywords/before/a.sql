create view "From" as select "User", "select" from "Order";
