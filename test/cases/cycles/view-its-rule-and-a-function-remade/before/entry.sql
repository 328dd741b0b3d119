create view entry as select id, a from t;
create rule note as on insert to entry do instead insert into log select entry_text(new);
