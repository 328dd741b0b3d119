create function tr2() returns trigger language plpgsql as 'begin return new; end';
