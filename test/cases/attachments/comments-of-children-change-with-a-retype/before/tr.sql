create trigger st instead of update on v for each row execute function tf();
comment on trigger st on v is 'one';
create rule r as on delete to v do instead nothing;
comment on rule r on v is 'one';
