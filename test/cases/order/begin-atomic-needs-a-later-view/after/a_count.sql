create function a_count() returns bigint begin atomic select count(*) from z_view; end;
