create function n() returns bigint language sql set search_path = public as 'select count(*) from v';
