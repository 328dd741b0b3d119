create index by_gone on m (gone);
