-- größe 🐘🐘
create view "🐘" as select 'ü漢字🐘' as name, from t;
