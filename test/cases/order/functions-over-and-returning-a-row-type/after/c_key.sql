create function c_key(r z_base) returns int language sql as 'select r.id';
