grant select (gone), update (a) on base to bob;
comment on column base.gone is 'goes';
comment on column base.a is 'stays';
alter view base alter column gone set default 'x';
alter view base alter column a set default 1;
