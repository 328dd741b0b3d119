set statement_timeout = '5s';
