create rule store as on update to v do instead (
  update t set a = new.a where id = old.id;
  update t set b = new.b where id = old.id
);
