alter table t enable always trigger checked;
comment on constraint checked on t is 'the constraint';
