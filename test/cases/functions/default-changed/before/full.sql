create view full_call as select f(1, 1) as a;
