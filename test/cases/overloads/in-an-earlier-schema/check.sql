select * from app.reader;
select * from app.exact
