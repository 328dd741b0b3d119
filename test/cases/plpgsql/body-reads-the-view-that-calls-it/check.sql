select id, position from ranked order by id;
