create view joined as select t.id from t inner join public.t as u on (u.id = t.id);
