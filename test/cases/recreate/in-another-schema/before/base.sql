create view "Odd Schema"."Base.View" as select id, gone, a as "A a" from app.t;
