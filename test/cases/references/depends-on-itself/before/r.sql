create recursive view r (id, depth) as select id, 1 from t union all select r.id, r.depth + 1 from r where r.depth < 3;
