grant update on base to bob;
comment on column base.a is 'by hand';
