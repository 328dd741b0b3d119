create view joined as select base.id, (base.a = other.a) as same from base join other using (id);
create view summed as select base.a + other.a as s from base join other using (id);
create view on_summed as select s > 0 as positive from summed;
