alter table p1 disable trigger tr;
comment on trigger tr on p1 is 'clone';
