create function longest() returns int language sql stable
begin atomic
  select max(length(gone)) from base;
end;
