grant select on t to bob;
  comment on view nowhere is 'x';
create index t_a on t (a);
alter view nowhere owner to bob;
grant execute on function f(int) to bob;
