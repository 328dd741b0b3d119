create view "Odd Schema"."Base.View" as select id, a as "A a" from app.t;
