create trigger store instead of update on v for each row execute function store();
