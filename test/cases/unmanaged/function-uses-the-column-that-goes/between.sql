create function longest() returns int language sql begin atomic select max(length(gone)) from base; end;
alter function longest() owner to bob;
