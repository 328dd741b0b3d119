create view "🐘 two words" as select "ü\ü" from "it's";
