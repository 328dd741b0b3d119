create view joined as
select base.id, b
from base join other using (id);
