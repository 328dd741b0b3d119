create view w as select id, a + 1 as a1 from v;
