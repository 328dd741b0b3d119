create rule store as on update to v do instead
  update t set a = new.a where id = old.id;
