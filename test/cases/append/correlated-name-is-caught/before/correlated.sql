create view correlated as select id, (select b from base limit 1) as top from outside;
