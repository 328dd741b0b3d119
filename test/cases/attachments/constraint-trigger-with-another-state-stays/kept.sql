select t.oid::int, t.tgenabled, obj_description(t.tgconstraint, 'pg_constraint') from pg_trigger t where tgname = 'checked';
