create operator <+> (function = plus, leftarg = int, rightarg = text);
create operator === (function = matches, leftarg = int, rightarg = text);
comment on operator <+> (int, text) is 'joins';
grant create on schema public to alice;
alter operator <+> (int, text) owner to alice;
create view strangers as select a <+> 'x' as b from t where a === '1';
alter table t add constraint fine check (a <+> 'x' <> '');
create index on t ((a <+> 'y'));
create policy own on t using (a === '1');
