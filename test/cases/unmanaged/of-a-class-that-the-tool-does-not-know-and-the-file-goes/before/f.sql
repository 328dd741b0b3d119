create function valid(text[], oid) returns boolean language sql as 'select true';
