savepoint s;
