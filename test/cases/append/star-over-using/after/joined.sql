create view joined as select * from base join other using (id);
