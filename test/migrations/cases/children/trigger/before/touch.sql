create trigger touch before update on t for each row execute function touch();

comment on trigger touch on t is 'Touches';
