alter table only p disable trigger replaced;
alter table only p1 enable replica trigger replaced;
alter table "Other s"."P 12" enable always trigger replaced;
alter table p enable always trigger remade;
alter table only p1 disable trigger remade;
alter table p3 enable trigger remade;
comment on trigger remade on p11 is 'it''s a copy';
alter table p2 disable trigger "Stays As";
