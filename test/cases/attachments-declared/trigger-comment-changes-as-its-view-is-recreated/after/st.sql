create trigger st instead of update on v for each row execute function tf('x'); comment on trigger st on v is 'two';
