create trigger st instead of update on v for each row execute function tf(); comment on trigger st on v is 'one';
