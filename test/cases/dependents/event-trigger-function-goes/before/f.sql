create function watch() returns event_trigger language plpgsql as 'begin perform 1; end';
