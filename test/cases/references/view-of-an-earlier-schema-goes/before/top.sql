create view app.top as select id from v;
