create view high as select id, a from low;
