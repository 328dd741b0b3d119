create function total() returns bigint
begin atomic
  select count(*) from summary;
end;
