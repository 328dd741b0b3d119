create function select_v() returns bigint language plpgsql as 'begin return (select max(a) from v); end';
