create view y as select a1::text as t from w;
