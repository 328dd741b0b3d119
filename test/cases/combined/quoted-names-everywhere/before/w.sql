create view "W-1" as select "F'f"("V.1") as "%s", "V.1".* from "V.1";
create function "T G"() returns trigger language plpgsql as $$ begin return new; end $$;
create trigger "tr.""x" instead of update on "W-1" for each row execute function "T G"('$1', E'\\n');
