create view label as select label from base;
