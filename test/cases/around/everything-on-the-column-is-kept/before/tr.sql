create trigger tr before update of a on t for each row execute function hear();
