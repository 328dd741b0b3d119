-- 🐘🐘
create view zwei as
  select '漢字' as name, id from eins;
