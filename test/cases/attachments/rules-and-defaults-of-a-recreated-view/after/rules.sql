create rule ins as on insert to base do instead insert into t (id, a) values (new.id, new.a) returning t.id, t.a;
create rule upd as on update to base where new.a <> old.a do also insert into log values (new.a);
create rule del as on delete to base do instead nothing;
comment on rule del on base is 'nothing is deleted';
alter view base alter column a set default 4;
comment on view base is 'the base';
comment on column base.a is 'the a';
