alter table x alter column n set default f();
