create view top as select id, a from below;
