create function e_many(r z_base[]) returns int language sql as 'select cardinality(r)';
