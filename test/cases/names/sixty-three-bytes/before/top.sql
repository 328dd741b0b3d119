create view "🐘🐘🐘🐘🐘🐘🐘🐘🐘🐘🐘🐘🐘🐘🐘abc" as select id from "éééééééééééééééééééééééééééééééx";
