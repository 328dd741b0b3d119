create view on_passes as select a + 1 as a1 from passes; grant select on on_passes to bob;
