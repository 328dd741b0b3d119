create view rows as select base as r from base;
