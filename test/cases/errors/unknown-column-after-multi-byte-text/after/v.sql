-- größe 🐘
create view "🐘 v" as
  select 'ü漢字🐘' as name, nowhere
  from t;
