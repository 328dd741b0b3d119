create function stamp() returns trigger language plpgsql as $$ begin return new; end $$;



create   or replace trigger tr
  before insert on t
  for each row execute function stamp();
