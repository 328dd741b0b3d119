create constraint trigger by_hand after update of a on log from t deferrable for each row when (is_big(new.a)) execute function go('x');
alter table log disable trigger by_hand;
comment on trigger by_hand on log is 'off';
