create function up(x v) returns v language sql begin atomic insert into v values (x.id, x.a, x.b) returning *; end;
create function del(i int) returns setof v begin atomic delete from v where id = i returning v.*; end;
create procedure pp(i int) begin atomic update v set a = a + 1 where id = i; delete from v where id = -i; select up(v) from v; end;
