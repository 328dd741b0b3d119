create view joined as select id, c from base natural join other;
