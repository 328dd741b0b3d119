create view one as select id, a from v;
create view two as select a from v;
create view on_one as select id from one;
create view fine as select id from v;
create function f() returns int begin atomic select max(a) from v; end;
create view new as select a from v;
