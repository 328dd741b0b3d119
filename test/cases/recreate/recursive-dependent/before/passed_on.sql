create view passed_on as with recursive up as (select id, parent from base union select b.id, b.parent from base b join up on up.parent = b.id) select * from up;
