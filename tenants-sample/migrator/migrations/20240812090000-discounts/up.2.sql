create table app.highest_discount (plan text primary key, percent int not null);
insert into app.highest_discount values ('free', 5), ('gold', 20);
