create view "it's" as select "c""d" as "ü\ü" from "a.b";
