create view on_tail as select twice from tail;
