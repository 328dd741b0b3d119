select id, b from v;
