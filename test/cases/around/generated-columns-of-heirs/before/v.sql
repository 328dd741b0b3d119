create view v as select p.b, pt.b as pb from p, pt;
