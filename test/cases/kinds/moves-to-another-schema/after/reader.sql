create view reader as select a from app.base;
