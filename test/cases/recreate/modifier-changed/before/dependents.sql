create view passes as select b, a from base;
create view drops_it as select a + 1 as a, b || 'x' as b from base;
