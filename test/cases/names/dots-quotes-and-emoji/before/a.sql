create view "a.b" as select id as "c""d", a as "e.f" from t;
create trigger "t'r" instead of insert on "a.b" for each row execute function "f.g"();
comment on view "a.b" is 'it''s a "comment" with \ and 🐘';
comment on column "a.b"."c""d" is 'a column''s';
grant select ("e.f") on "a.b" to bob;
