create trigger tr after insert or update of a on t execute function f();
