create function f() returns text language sql as $body$ select 'it''s' $body$;
