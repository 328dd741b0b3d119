create sequence s owned by v.id; select nextval('s'), nextval('s');
