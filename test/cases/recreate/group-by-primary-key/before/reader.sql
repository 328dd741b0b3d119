create view reader as select base.a, t.a as raw from base join t using (id) group by t.id, base.a;
