create view u as select n from v;
