create trigger fires instead of insert or update on base for each row execute function go('one', 'it''s', '3');
comment on trigger fires on base is 'on';
create rule logged as on update to base where new.a > old.a do also insert into log values (new.a);
create rule quiet as on delete to base do instead nothing;
comment on rule quiet on base is 'nothing is deleted';
