alter table p add constraint everywhere check (f(a));
comment on constraint everywhere on cc is 'of cc';
alter table cc add constraint merged check (f(b));
alter table c add constraint merged check (f(b));
alter table p add constraint ahead check (f(a)) not valid;
alter table c validate constraint ahead;
