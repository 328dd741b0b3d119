create function a_count() returns bigint language sql set search_path = public as 'select max(only_public) from v';
