create function position_of(wanted int) returns bigint language plpgsql as $$
begin
  if wanted < 0 then
    return (select count(*) from ranked);
  end if;
  return (select count(*) from t where id <= wanted);
end $$;
