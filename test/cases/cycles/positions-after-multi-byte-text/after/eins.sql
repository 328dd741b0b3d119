create view eins as select 'größe 🐘' as name, (select max(id) from zwei) as id;
