create function a_count() returns bigint language sql as 'select count(*) from z_view';
