create view joined as select id, c from base join other using (id);
