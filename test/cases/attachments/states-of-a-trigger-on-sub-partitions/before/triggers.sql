create trigger replaced before insert on p for each row execute function f();
create constraint trigger remade after insert on p for each row execute function f();
create trigger "Stays As" after update on p for each row execute function f();
