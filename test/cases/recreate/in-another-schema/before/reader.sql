create view app.reader as select "A a" from "Odd Schema"."Base.View";
grant select on app.reader to bob;
