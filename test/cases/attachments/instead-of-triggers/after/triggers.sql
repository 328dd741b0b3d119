create trigger fires instead of insert or update on base for each row execute function go('one', 'it''s', '3');
comment on trigger fires on base is 'on';
create trigger stands instead of delete on base for each row execute function go();
comment on trigger stands on base is 'for deletes';
