comment on constraint late on p is 'whole';
comment on constraint late on p1 is 'part';
comment on constraint late on p2 is 'part of a part';
alter trigger late on p1 depends on extension plpgsql;
alter trigger early on p depends on extension plpgsql;
alter trigger early on p2 depends on extension plpgsql;
