create trigger st instead of update on v for each row execute function tf('x');
comment on trigger st on v is 'two';
create rule r as on delete to v do instead notify x;
comment on rule r on v is 'two';
