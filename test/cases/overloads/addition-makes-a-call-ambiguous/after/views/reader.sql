create view reader as
select id, f(a) as f
from t;
